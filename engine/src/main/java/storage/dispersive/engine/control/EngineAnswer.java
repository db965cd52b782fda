package storage.dispersive.engine.control;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What an engine process answers. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "outcome")
@JsonSubTypes({
    @JsonSubTypes.Type(value = EngineAnswer.Volume.class, name = "VOLUME"),
    @JsonSubTypes.Type(value = EngineAnswer.Surveyed.class, name = "SURVEYED"),
    @JsonSubTypes.Type(value = EngineAnswer.Detached.class, name = "DETACHED"),
    @JsonSubTypes.Type(value = EngineAnswer.Refused.class, name = "REFUSED")
})
public sealed interface EngineAnswer {

    /** It is done, and the volume is like this now. */
    record Volume(VolumeReport report) implements EngineAnswer {}

    record Surveyed(ProcessReport process, List<VolumeLine> volumes) implements EngineAnswer {
        public Surveyed {
            volumes = List.copyOf(volumes);
        }
    }

    /** The volume is not, or no more, attached here. */
    record Detached(String volume) implements EngineAnswer {}

    /**
     * It is not done.
     *
     * @param why in one line
     * @param hint what whoever asked can do
     */
    record Refused(Reason reason, String why, String hint) implements EngineAnswer {}

    /** Why something is not done. */
    enum Reason {
        /** The request makes no sense, whatever the state of things. */
        WRONG,
        UNKNOWN_VOLUME,
        /** Something else is being done with this volume; try again. */
        BUSY,
        /** The volume is attached here in another way. */
        CONFLICT,
        /** This node has served the volume in a higher generation. */
        STALE,
        /** No keeper holds a descriptor of that name. */
        NO_DESCRIPTOR,
        TOO_MANY_VOLUMES,
        /** The process is handing its volumes over, or has. */
        NOT_SERVING,
        FAILED
    }
}
