package storage.dispersive.engine;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import storage.dispersive.transport.ConnectionInfo;
import storage.dispersive.vnet.protocol.Machine;
import storage.dispersive.volume.PodStatus;
import storage.dispersive.volume.PodStatus.SessionStatus;
import storage.dispersive.wire.PodConnector.SessionKind;

/**
 * Tells of the connections of one link.
 *
 * @param peers addresses of the pods, by name
 */
record LinkReport(VolumeLink link, Map<String, String> peers) {

    private static final String CLOSED = "CLOSED";

    /** Those to one pod, and a row for each session that has none. */
    List<EngineReport.Connection> of(PodStatus pod) {
        List<EngineReport.Connection> rows = new ArrayList<>();
        rows.addAll(of(pod, SessionKind.WRITE, pod.write()));
        rows.addAll(of(pod, SessionKind.READ, pod.read()));
        return rows;
    }

    private List<EngineReport.Connection> of(
            PodStatus pod, SessionKind kind, SessionStatus status) {
        List<EngineReport.Connection> rows =
                link.connector().connections().stream()
                        .filter(info -> info.slot() == pod.slot() && info.kind() == kind)
                        .map(info -> row(pod, info, status))
                        .toList();
        return rows.isEmpty() ? List.of(closed(pod, kind)) : rows;
    }

    private EngineReport.Connection row(PodStatus pod, ConnectionInfo info, SessionStatus status) {
        Optional<Machine> machine = info.lease().flatMap(link::machine);
        return new EngineReport.Connection(
                pod.slot(),
                pod.podName(),
                info.kind().name(),
                link.isolation(),
                text(info.address()),
                status.name(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - info.sinceNanos()),
                info.counters().bytesSent(),
                info.counters().bytesReceived(),
                machine.map(LinkReport::report).orElse(null));
    }

    private EngineReport.Connection closed(PodStatus pod, SessionKind kind) {
        return new EngineReport.Connection(
                pod.slot(),
                pod.podName(),
                kind.name(),
                link.isolation(),
                peers.getOrDefault(pod.podName(), ""),
                CLOSED,
                0,
                0,
                0,
                null);
    }

    private static EngineReport.Machine report(Machine machine) {
        return new EngineReport.Machine(
                machine.spec().vni(),
                machine.path(),
                text(machine.spec().underlay()),
                text(machine.spec().peer()),
                machine.spec().address().getHostAddress(),
                machine.spec().mtuBytes(),
                machine.lease().id().toString());
    }

    private static String text(@Nullable SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet)) {
            return String.valueOf(address);
        }
        String host = internet.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + internet.getPort();
    }
}
