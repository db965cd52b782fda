package storage.dispersive.trials.underlay;

import storage.dispersive.trials.underlay.FilterRule.Base;
import storage.dispersive.trials.underlay.FilterRule.Comparison;

/** What is done to packets of virtual network machines, over IPv4. */
sealed interface Meddling {

    int UDP = 17;
    int TCP = 6;
    int VXLAN_FLAGS = 0x0800_0000;

    /** From the outer UDP header on. */
    int VXLAN = 8;

    int INNER_PROTOCOL = VXLAN + 8 + 14 + 9;
    int INNER_TCP = VXLAN + 8 + 14 + 20;

    /** From the outer IP header on. */
    int LENGTH = 2;

    int PROTOCOL = 9;

    /** Writes what a rule does with a packet after it is known from whom or to whom it is. */
    void write(FilterRule rule);

    private static void matchVxlan(FilterRule rule) {
        rule.load(Base.NETWORK, PROTOCOL, Byte.BYTES);
        rule.compareByte(Comparison.EQUAL, UDP);
        rule.load(Base.TRANSPORT, VXLAN, Integer.BYTES);
        rule.compareInt(Comparison.EQUAL, VXLAN_FLAGS);
    }

    /**
     * One bit is altered in one of 256 TCP segments, and the segment's checksum made right again:
     * TCP must not be what notices. Which are altered, chance decides: those in which two bytes of
     * what TLS has encrypted are small.
     */
    record Flip() implements Meddling {

        /** Shorter ones carry no portions. */
        private static final int LEAST_BYTES = 1_000;

        private static final int MOST_SMALL = 0xFF;
        private static final int INNER_CHECKSUM = INNER_TCP + 16;

        /** Both are behind any header of TCP's and TLS's; the checksum is of pairs of bytes. */
        private static final int ALTERED = 200;

        private static final int CHANCE = 210;

        @Override
        public void write(FilterRule rule) {
            matchVxlan(rule);
            rule.load(Base.NETWORK, LENGTH, Short.BYTES);
            rule.compareShort(Comparison.AT_LEAST, LEAST_BYTES);
            rule.load(Base.TRANSPORT, INNER_PROTOCOL, Byte.BYTES);
            rule.compareByte(Comparison.EQUAL, TCP);
            rule.load(Base.TRANSPORT, CHANCE, Short.BYTES);
            rule.compareShort(Comparison.AT_MOST, MOST_SMALL);
            rule.count();
            rule.flipBit(Base.TRANSPORT, ALTERED, INNER_CHECKSUM);
        }
    }

    /** Packets are dropped that are longer, and nobody is told. */
    record DropLonger(int thanBytes) implements Meddling {

        @Override
        public void write(FilterRule rule) {
            matchVxlan(rule);
            rule.load(Base.NETWORK, LENGTH, Short.BYTES);
            rule.compareShort(Comparison.AT_LEAST, thanBytes + 1);
            rule.count();
            rule.drop();
        }
    }
}
