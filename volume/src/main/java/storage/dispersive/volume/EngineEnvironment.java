package storage.dispersive.volume;

import io.netty.buffer.ByteBufAllocator;
import java.util.random.RandomGenerator;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.seal.VolumeKey;
import storage.dispersive.wire.PodConnector;

/**
 * All that an engine takes from outside, so that a simulator can bring its own.
 *
 * @param random draws the run id, so in production it must be a secure one
 * @param key stays the caller's to close, after the engine has ended
 * @param buffers for stripes and what is computed of them
 */
public record EngineEnvironment(
        EventLoop loop,
        PodConnector connector,
        VolumeKey key,
        RandomGenerator random,
        ByteBufAllocator buffers) {}
