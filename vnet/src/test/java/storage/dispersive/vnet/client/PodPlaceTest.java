package storage.dispersive.vnet.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import storage.dispersive.wire.PodName;

class PodPlaceTest {

    private static final PodName POD = new PodName("pod-0");

    private static MachineDialer.PodPlace at(InetSocketAddress... controls) {
        SequencedMap<String, InetSocketAddress> byPath = new LinkedHashMap<>();
        List.of(controls).forEach(control -> byPath.put("path" + byPath.size(), control));
        return new MachineDialer.PodPlace(POD, byPath);
    }

    @Test
    void aNameIsLookedUpWhenItIsUsed() {
        MachineDialer.PodPlace named = at(InetSocketAddress.createUnresolved("localhost", 7410));
        assertThat(named.isNamed()).isTrue();
        assertThat(named.control("path0").isUnresolved()).isFalse();
        assertThat(named.control("path0").getAddress().isLoopbackAddress()).isTrue();
        assertThat(named.control("path0").getPort()).isEqualTo(7410);
    }

    @Test
    void aNameThatNobodyKnowsStaysAName() {
        MachineDialer.PodPlace unknown =
                at(InetSocketAddress.createUnresolved("nowhere.invalid", 7410));
        assertThat(unknown.control("path0").isUnresolved()).isTrue();
    }

    @Test
    void anAddressIsTakenAsItIsAndThatOfTheFirstPathWhereOneHasNone() {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        InetSocketAddress first = new InetSocketAddress(loopback, 1);
        InetSocketAddress second = new InetSocketAddress(loopback, 2);
        MachineDialer.PodPlace known = at(first, second);
        assertThat(known.isNamed()).isFalse();
        assertThat(known.control("path1")).isEqualTo(second);
        assertThat(known.control("elsewhere")).isEqualTo(first);
    }
}
