package storage.dispersive.engine.control;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What an engine process can be asked. Volumes are named by the UUID that their pods know. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "verb")
@JsonSubTypes({
    @JsonSubTypes.Type(value = EngineRequest.Attach.class, name = "ATTACH"),
    @JsonSubTypes.Type(value = EngineRequest.Detach.class, name = "DETACH"),
    @JsonSubTypes.Type(value = EngineRequest.Status.class, name = "STATUS"),
    @JsonSubTypes.Type(value = EngineRequest.Survey.class, name = "SURVEY"),
    @JsonSubTypes.Type(value = EngineRequest.Await.class, name = "AWAIT"),
    @JsonSubTypes.Type(value = EngineRequest.Grow.class, name = "GROW"),
    @JsonSubTypes.Type(value = EngineRequest.Roll.class, name = "ROLL"),
    @JsonSubTypes.Type(value = EngineRequest.Limit.class, name = "LIMIT"),
    @JsonSubTypes.Type(value = EngineRequest.Fenced.class, name = "FENCED")
})
public sealed interface EngineRequest {

    /**
     * Serve a volume, from now on and after every restart, until it is detached. The answer does
     * not wait until it serves. The same again changes nothing.
     *
     * @param description JSON as {@code docs/try.md} describes it, without a run
     * @param descriptor what the mount's descriptor is called in its keeper
     */
    record Attach(String description, String descriptor) implements EngineRequest {}

    /** Serve it no more. Of an unknown volume that is done already. */
    record Detach(String volume, long generation) implements EngineRequest {}

    record Status(String volume) implements EngineRequest {}

    /** The process, and a line on each of its volumes. */
    record Survey() implements EngineRequest {}

    /** Answered when the volume serves or never will, or the time is over. */
    record Await(String volume, long patienceMillis) implements EngineRequest {}

    /** The volume has grown; its mount and all later engines are told. */
    record Grow(String volume, long sizeBytes) implements EngineRequest {}

    /** Replace all connections by new ones. */
    record Roll(String volume) implements EngineRequest {}

    /** Bound each of its connections, each way, from now on; 0 for no bound. */
    record Limit(String volume, long bytesPerSecond) implements EngineRequest {}

    /** It is attached elsewhere in this higher generation: every request fails from now on. */
    record Fenced(String volume, long generation) implements EngineRequest {}
}
