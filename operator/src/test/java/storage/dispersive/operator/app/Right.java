package storage.dispersive.operator.app;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.util.ArrayList;
import java.util.List;
import storage.dispersive.apiserver.AuditedCall;

/** One thing that a rule lets somebody do. */
record Right(String verb, String group, String resource) {

    static List<Right> of(PolicyRule rule) {
        List<Right> rights = new ArrayList<>();
        for (String group : rule.getApiGroups()) {
            for (String resource : rule.getResources()) {
                for (String verb : rule.getVerbs()) {
                    rights.add(new Right(verb, group, resource));
                }
            }
        }
        return rights;
    }

    static Right of(AuditedCall call) {
        return new Right(call.verb(), call.group(), call.resource());
    }
}
