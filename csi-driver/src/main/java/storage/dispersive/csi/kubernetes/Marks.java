package storage.dispersive.csi.kubernetes;

/** What is written on resources that this driver makes. */
final class Marks {

    static final String MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
    static final String MANAGER = "csi.dispersive.storage";

    /** The name that was asked for. */
    static final String NAME_ANNOTATION = MANAGER + "/name";

    /** The claim for which it was made, for people. */
    static final String CLAIM_ANNOTATION = MANAGER + "/claim";

    private Marks() {}
}
