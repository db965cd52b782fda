package storage.dispersive.pod.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.pod.store.StoreException;

/** Runs the pod once the framework is there, and says in one line why it cannot. */
final class PodApplication implements QuarkusApplication {

    private static final Logger LOG = LoggerFactory.getLogger(PodApplication.class);

    private final PodConfiguration configuration;
    private final PodStatus status;
    private final MeterRegistry registry;
    private final PodLife life;

    PodApplication(
            PodConfiguration configuration,
            PodStatus status,
            MeterRegistry registry,
            PodLife life) {
        this.configuration = configuration;
        this.status = status;
        this.registry = registry;
        this.life = life;
    }

    @Override
    public int run(String... arguments) {
        try {
            PodSettings settings = PodSettings.of(configuration);
            clear(settings);
            RunningPod pod = RunningPod.start(settings, status, registry);
            life.begin(pod);
            announce(settings, pod.port());
            LOG.info(
                    "Pod {} serves {} at port {}",
                    settings.name(),
                    settings.directory(),
                    pod.port());
            Quarkus.waitForExit();
            return 0;
        } catch (BadSettingException e) {
            return complain(StoragePod.BAD_SETTING, e);
        } catch (StoreException e) {
            return complain(StoragePod.NO_STORE, e);
        } finally {
            life.end();
        }
    }

    private static void clear(PodSettings settings) throws BadSettingException {
        if (settings.portFile().isPresent()) {
            PortFile file = settings.portFile().get();
            try {
                file.clear();
            } catch (IOException e) {
                throw unwritable(file, e);
            }
        }
    }

    private static void announce(PodSettings settings, int port) throws BadSettingException {
        if (settings.portFile().isPresent()) {
            PortFile file = settings.portFile().get();
            try {
                // Quarkus leaves the port that it got here.
                file.write(port, Integer.getInteger("quarkus.http.port", 0));
            } catch (IOException e) {
                throw unwritable(file, e);
            }
        }
    }

    private static BadSettingException unwritable(PortFile file, IOException why) {
        return BadSettingException.unusable(
                "the file " + file.file(),
                why,
                "a file in a directory that can be written as dispersive.pod.port-file");
    }

    private static int complain(int status, Exception why) {
        System.err.println("storage pod: " + why.getMessage());
        return status;
    }
}
