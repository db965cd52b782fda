package storage.dispersive.cli.lan;

import java.util.List;

/** No hosts: all parts of the SAN are programs of this machine. */
record OneMachine() implements Hosts {

    @Override
    public Place client() {
        return new ThisMachine();
    }

    @Override
    public Place pod(String name) {
        return new ThisMachine();
    }

    @Override
    public List<Host> all() {
        return List.of();
    }

    @Override
    public void up() {}

    @Override
    public boolean areUp() {
        return false;
    }

    @Override
    public void down() {}
}
