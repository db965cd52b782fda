package storage.dispersive.mounter.local;

/** How a program ended, and the end of what it said on both of its outputs. */
record ProgramResult(int status, String output) {

    boolean succeeded() {
        return status == 0;
    }
}
