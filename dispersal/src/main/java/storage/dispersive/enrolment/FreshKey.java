package storage.dispersive.enrolment;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import storage.dispersive.pem.Pem;

/** A key pair on the curve P-256 that nobody else has. Immutable. */
record FreshKey(KeyPair pair) {

    static FreshKey generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return new FreshKey(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot make keys", e);
        }
    }

    PublicKey publicKey() {
        return pair.getPublic();
    }

    String publicPem() {
        return Pem.write(pair.getPublic());
    }

    String privatePem() {
        return Pem.write(pair.getPrivate());
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "FreshKey[" + pair.getPublic() + "]";
    }
}
