import storage.dispersive.foreign.IsaL;
import storage.dispersive.foreign.LibCrypto;

/** Tells which of the libraries that are called directly are in use. For tests. */
final class Libraries {

    private Libraries() {}

    public static void main(String[] arguments) {
        System.out.println(IsaL.name() + ", " + LibCrypto.name());
    }
}
