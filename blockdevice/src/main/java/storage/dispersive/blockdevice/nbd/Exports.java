package storage.dispersive.blockdevice.nbd;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a server offers. The empty name asks for the only export, if there is only one. */
record Exports(List<NbdExport> all) {

    Exports {
        all = List.copyOf(all);
        Set<String> names = new HashSet<>();
        for (NbdExport export : all) {
            if (!names.add(export.name())) {
                throw new IllegalArgumentException("two exports are named " + export.name());
            }
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("nothing to export");
        }
    }

    Optional<NbdExport> find(String name) {
        for (NbdExport export : all) {
            if (export.name().equals(name)) {
                return Optional.of(export);
            }
        }
        return name.isEmpty() && all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }
}
