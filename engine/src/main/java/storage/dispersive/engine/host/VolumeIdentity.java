package storage.dispersive.engine.host;

import java.util.function.Consumer;
import storage.dispersive.enrolment.Credentials;

/** Who a volume is to its pods, now and later. */
interface VolumeIdentity extends AutoCloseable {

    /** What it is now; a {@code DescriptionException} says what is wrong with it. */
    Credentials credentials();

    /** Tells of everything that is new from now on. To be called once. */
    void follow(Consumer<Credentials> next);

    @Override
    void close();
}
