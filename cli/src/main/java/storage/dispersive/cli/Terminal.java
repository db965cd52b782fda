package storage.dispersive.cli;

import java.io.PrintWriter;
import storage.dispersive.cli.san.Progress;
import storage.dispersive.cli.state.SanHome;

/**
 * What a command may use of its surroundings: results go to {@code out}, progress and errors to
 * {@code err}.
 */
record Terminal(PrintWriter out, PrintWriter err, SanHome home) {

    void print(String text) {
        out.print(text);
        out.flush();
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    Progress progress() {
        return what -> {
            err.println("... " + what);
            err.flush();
        };
    }
}
