package storage.dispersive.csi.app;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.io.IOException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the driver once the framework is there, and says in one line why it cannot. */
final class DriverApplication implements QuarkusApplication {

    private static final Logger LOG = LoggerFactory.getLogger(DriverApplication.class);

    private final DriverConfiguration configuration;
    private final RunningDriver.Lent lent;
    private final DriverLife life;
    private final String version;

    DriverApplication(
            DriverConfiguration configuration,
            KubernetesClient client,
            MeterRegistry registry,
            DriverLife life,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.configuration = configuration;
        this.lent = new RunningDriver.Lent(client, registry);
        this.life = life;
        this.version = version;
    }

    @Override
    public int run(String... arguments) {
        try {
            DriverSettings settings = DriverSettings.of(configuration);
            life.begin(RunningDriver.start(settings, lent, version));
            LOG.info("The driver serves on {}", settings.place().socket());
            Quarkus.waitForExit();
            return 0;
        } catch (BadSettingException e) {
            return complain(DispersiveCsi.BAD_SETTING, e);
        } catch (IOException e) {
            return complain(DispersiveCsi.NO_SOCKET, e);
        } finally {
            life.end();
        }
    }

    private static int complain(int status, Exception why) {
        System.err.println("csi: " + why.getMessage());
        return status;
    }
}
