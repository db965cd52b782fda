package storage.dispersive.operator.reconcile;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives all test classes the same cluster, and cleans it after each test. */
final class OneCluster implements ParameterResolver, AfterEachCallback {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TriedCluster.class;
    }

    @Override
    public TriedCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return cluster(context);
    }

    /** Closed by JUnit when all tests have ended. */
    private static TriedCluster cluster(ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(OneCluster.class))
                .getOrComputeIfAbsent(
                        TriedCluster.class, _ -> TriedCluster.start(), TriedCluster.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        cluster(context).clean();
    }
}
