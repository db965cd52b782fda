package storage.dispersive.linux;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a test without root; a build with CI=true must not skip. */
final class RootOnly implements BeforeEachCallback {

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!UserId.effective().isRoot() && !"true".equals(System.getenv("CI"))) {
            Assumptions.abort("needs root");
        }
    }
}
