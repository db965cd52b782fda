package storage.dispersive.cli;

/** Gives a command its surroundings when it runs. */
@FunctionalInterface
interface TerminalSource {

    Terminal terminal();
}
