package storage.dispersive.blockdevice.nbd;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import storage.dispersive.blockdevice.nbd.protocol.NbdInfo;
import storage.dispersive.blockdevice.nbd.protocol.NbdWire;

/** The data of {@code NBD_OPT_INFO} and {@code NBD_OPT_GO} ("Option types"). */
record InfoQuery(String name, Set<NbdInfo> wanted) {

    /** Unknown kinds of information are passed over; empty if the data are malformed. */
    static Optional<InfoQuery> parse(ByteBuffer data) {
        if (data.remaining() < 6) {
            return Optional.empty();
        }
        int nameBytes = data.getInt();
        if (nameBytes < 0 || nameBytes > data.remaining() - 2) {
            return Optional.empty();
        }
        Optional<String> name = parseName(data.slice(data.position(), nameBytes));
        data.position(data.position() + nameBytes);
        int count = Short.toUnsignedInt(data.getShort());
        if (name.isEmpty() || data.remaining() != count * 2) {
            return Optional.empty();
        }
        Set<NbdInfo> wanted = EnumSet.noneOf(NbdInfo.class);
        while (data.hasRemaining()) {
            NbdInfo.of(Short.toUnsignedInt(data.getShort())).ifPresent(wanted::add);
        }
        return Optional.of(new InfoQuery(name.get(), wanted));
    }

    /** A string by the rules of "Conventions". */
    static Optional<String> parseName(ByteBuffer bytes) {
        if (bytes.remaining() > NbdWire.MAX_STRING_BYTES) {
            return Optional.empty();
        }
        try {
            String name = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            return name.indexOf('\0') < 0 ? Optional.of(name) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
