package storage.dispersive.operator.app;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.OperatorException;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.vertx.core.Vertx;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the operator once the framework is there, and says in one line why it cannot. */
final class OperatorApplication implements QuarkusApplication {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorApplication.class);

    private final OperatorConfiguration configuration;
    private final RunningOperator.Lent lent;
    private final OperatorLife life;

    OperatorApplication(
            OperatorConfiguration configuration,
            KubernetesClient client,
            Vertx vertx,
            MeterRegistry registry,
            OperatorLife life) {
        this.configuration = configuration;
        this.lent = new RunningOperator.Lent(client, vertx, registry);
        this.life = life;
    }

    @Override
    public int run(String... arguments) {
        try {
            OperatorSettings settings = OperatorSettings.of(configuration);
            life.begin(RunningOperator.start(settings, lent));
            LOG.info("The operator runs in {}", settings.namespace());
            Quarkus.waitForExit();
            return 0;
        } catch (BadSettingException e) {
            return complain(DispersiveOperator.BAD_SETTING, e);
        } catch (IOException e) {
            // Where it is to listen is a setting.
            return complain(DispersiveOperator.BAD_SETTING, e);
        } catch (OperatorException | KubernetesClientException e) {
            return complain(DispersiveOperator.NO_CLUSTER, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return DispersiveOperator.FAULT;
        } finally {
            life.end();
        }
    }

    private static int complain(int status, Exception why) {
        System.err.println("operator: " + why.getMessage());
        for (Throwable cause = why.getCause(); cause != null; cause = cause.getCause()) {
            System.err.println("operator: because: " + cause.getMessage());
        }
        return status;
    }
}
