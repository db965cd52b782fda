package storage.dispersive.engine.host;

import java.util.function.Consumer;
import storage.dispersive.enrolment.Credentials;

/**
 * Who a volume is to its pods, now and later. Its methods are those of {@code Enrolment}, which is
 * to be the second kind as soon as an identity service issues certificates of volumes.
 */
interface VolumeIdentity extends AutoCloseable {

    /** What it is now; a {@code DescriptionException} says what is wrong with it. */
    Credentials credentials();

    /** Tells of everything that is new from now on. To be called once. */
    void follow(Consumer<Credentials> next);

    @Override
    void close();
}
