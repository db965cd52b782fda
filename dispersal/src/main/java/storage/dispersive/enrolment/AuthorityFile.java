package storage.dispersive.enrolment;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The file of authorities, for all who want to know what it says. Safe for use by many threads. */
final class AuthorityFile {

    private final Path file;
    private final Clock clock;
    private final Duration rest;
    private @Nullable AuthorityRoots last;
    private Instant again = Instant.MIN;

    /**
     * A file that was not read yet.
     *
     * @param rest what was read so short a time ago is not read again
     */
    AuthorityFile(Path file, Clock clock, Duration rest) {
        this.file = file;
        this.clock = clock;
        this.rest = rest;
    }

    /**
     * What it says.
     *
     * @throws IOException if it cannot be read or is something else; the message says which
     */
    synchronized AuthorityRoots read() throws IOException {
        Instant now = clock.instant();
        AuthorityRoots known = last;
        if (known != null && now.isBefore(again)) {
            return known;
        }
        AuthorityRoots read = AuthorityRoots.read(file, known);
        last = read;
        again = now.plus(rest);
        return read;
    }
}
