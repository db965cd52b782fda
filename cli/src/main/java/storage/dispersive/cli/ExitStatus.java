package storage.dispersive.cli;

/** The statuses that commands end with. */
final class ExitStatus {

    static final int OK = 0;

    /** What was asked for could not be done; the error says why. */
    static final int FAILED = 1;

    /** What was asked for makes no sense. */
    static final int USAGE = 2;

    private ExitStatus() {}
}
