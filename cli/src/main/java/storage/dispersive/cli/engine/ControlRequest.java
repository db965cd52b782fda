package storage.dispersive.cli.engine;

/** One line to an engine. */
record ControlRequest(Kind request) {

    enum Kind {
        STATUS
    }
}
