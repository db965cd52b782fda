package storage.dispersive.mounter.local;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A {@link TestNode} for each test. Skips where there is no root. */
final class OnNode implements BeforeEachCallback, AfterEachCallback {

    private Optional<TestNode> node = Optional.empty();

    TestNode node() {
        return node.orElseThrow();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        node = Optional.of(TestNode.start());
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        if (node.isPresent()) {
            node.get().close();
        }
    }
}
