package storage.dispersive.api.v1alpha1;

/** What the names and types of this API share. */
public final class Api {

    public static final String GROUP = "dispersive.storage";
    public static final String VERSION = "v1alpha1";

    static final String NAME_FORM =
            "the name becomes that of a Service and of pods: a-z, 0-9 and '-', beginning with a"
                    + " letter and ending with a letter or digit";
    static final String NAME_LENGTH =
            "the name may have at most 46 characters, as the names of pods are made from it";

    static final String TOPOLOGY_STAYS =
            "topologyKey is immutable, as storage pods stay where their claims are";

    /** CEL, of a list of at most eight: nothing is there twice. */
    static final String ALL_DIFFER = "self.all(a, self.exists_one(b, b == a))";

    static final String PATH_TWICE = "a path is there twice";

    /** CEL, of a list: all are names of NetworkAttachmentDefinitions. */
    static final String ALL_ARE_PATHS =
            "self.all(path, path.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'))";

    static final String NO_PATH = "a path is the name of a NetworkAttachmentDefinition";

    /** CEL, of metadata of what gives its name to pods. */
    static final String NAMES_PODS = "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')";

    static final String NAME_IS_SHORT = "self.metadata.name.size() <= 46";

    /** CEL: it can be read as a quantity. */
    static final String IS_QUANTITY = "isQuantity(string(self))";

    /** CEL, before a comparison: what is no quantity is refused by another rule. */
    static final String COMPARED =
            "!isQuantity(string(self)) || quantity(string(self)).compareTo(quantity(";

    /** CEL: it has not become smaller. */
    static final String HAS_NOT_SHRUNK = COMPARED + "string(oldSelf))) >= 0";

    /** A name that Kubernetes gives to most objects (RFC 1123). */
    static final String SUBDOMAIN = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$";

    static final int MAX_SUBDOMAIN = 253;

    /** Of a label, without its value. */
    static final String LABEL_KEY =
            "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$";

    static final int MAX_LABEL_KEY = 317;

    private Api() {}
}
