package storage.dispersive.portion;

import java.util.UUID;

/** The identity of a volume for all its life, whatever it is called. 128 bits, random. */
public record VolumeId(long high, long low) {

    /** The id that {@code text} spells as a UUID. */
    public static VolumeId parse(String text) {
        return of(UUID.fromString(text));
    }

    public static VolumeId of(UUID uuid) {
        return new VolumeId(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    @Override
    public String toString() {
        return new UUID(high, low).toString();
    }
}
