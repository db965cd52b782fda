package storage.dispersive.cli;

import java.util.concurrent.Callable;
import storage.dispersive.cli.san.LocalSan;

/** A command that needs a SAN to be there. */
abstract class SanCommand implements Callable<Integer> {

    private final TerminalSource source;

    SanCommand(TerminalSource source) {
        this.source = source;
    }

    @Override
    public final Integer call() {
        Terminal terminal = source.terminal();
        check();
        run(LocalSan.open(terminal.home()), terminal);
        return ExitStatus.OK;
    }

    /** Refuses what makes no sense on any SAN. */
    void check() {}

    abstract void run(LocalSan san, Terminal terminal);
}
