package storage.dispersive.operator.status;

/** Which aspect, in the order of the status. */
enum Aspect {
    READY("Ready"),
    PROGRESSING("Progressing"),
    DEGRADED("Degraded"),
    ATTACHED("Attached"),
    SPREAD("Spread"),
    TOLERANT("Tolerant"),
    ISOLATED("Isolated"),
    GROWN("Grown"),
    DELETABLE("Deletable");

    private final String word;

    Aspect(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }
}
