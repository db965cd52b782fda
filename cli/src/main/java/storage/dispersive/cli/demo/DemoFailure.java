package storage.dispersive.cli.demo;

/** The demonstration showed that something does not hold. */
final class DemoFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    DemoFailure(String what) {
        super(what);
    }
}
