package storage.dispersive.enrolment;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** Tests with a real service, a clock that they move, and a pod that may enrol. */
abstract class WithIdentityService {

    final FakeClock clock = new FakeClock();
    final FakeIdentityService service = new FakeIdentityService(clock);
    EnrolledPod pod;

    WithIdentityService(Path place) throws IOException {
        pod = new EnrolledPod(place, clock, service.endpoint());
        pod.trust(service.authority().certificatePem());
    }

    @AfterEach
    void close() {
        service.close();
    }
}
