package storage.dispersive.volume;

import io.netty.buffer.ByteBufAllocator;
import java.util.random.RandomGenerator;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.seal.VolumeKey;
import storage.dispersive.volume.map.MapBudget;
import storage.dispersive.wire.PodConnector;

/**
 * All that an engine takes from outside, so that a simulator can bring its own.
 *
 * @param random draws the run id, so in production it must be a secure one
 * @param key stays the caller's to close, after the engine has ended
 * @param buffers for stripes and what is computed of them
 * @param maps what the map may need, beside the settings' bound
 */
public record EngineEnvironment(
        EventLoop loop,
        PodConnector connector,
        VolumeKey key,
        RandomGenerator random,
        ByteBufAllocator buffers,
        MapBudget maps) {

    /** For the only volume of a process. */
    public EngineEnvironment(
            EventLoop loop,
            PodConnector connector,
            VolumeKey key,
            RandomGenerator random,
            ByteBufAllocator buffers) {
        this(loop, connector, key, random, buffers, MapBudget.UNSHARED);
    }
}
