package storage.dispersive.volume.read;

import storage.dispersive.loop.EventLoop;
import storage.dispersive.volume.EngineSettings;
import storage.dispersive.volume.keys.RunKeys;
import storage.dispersive.volume.pods.Pods;

/** What every read of an engine needs. */
public record ReadContext(EventLoop loop, EngineSettings settings, Pods pods, RunKeys keys) {}
