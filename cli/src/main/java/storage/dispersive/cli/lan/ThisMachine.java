package storage.dispersive.cli.lan;

import java.util.function.Supplier;

/** The machine's own network, which all parts of a SAN without hosts have in common. */
record ThisMachine() implements Place {

    @Override
    public <T> T call(Supplier<T> work) {
        return work.get();
    }

    @Override
    public void checkUp() {}
}
