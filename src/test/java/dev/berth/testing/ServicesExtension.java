package dev.berth.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Resolves {@link Services}: one per test class, over the servers of the JVM; and the JVM's {@link CommonNode}. */
final class ServicesExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(ServicesExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Services.class || type == CommonNode.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Store root = context.getRoot().getStore(NAMESPACE);
        Servers servers = root.getOrComputeIfAbsent(Servers.class, key -> new Servers(), Servers.class);
        if (parameter.getParameter().getType() == CommonNode.class) {
            return root.getOrComputeIfAbsent(CommonNode.class, key -> commonNode(servers), CommonNode.class);
        }
        return classOf(context)
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Services.class, key -> new Services(servers), Services.class);
    }

    private static CommonNode commonNode(Servers servers) {
        try {
            return new CommonNode(servers);
        } catch (Exception e) {
            throw new ParameterResolutionException("the common node does not start", e);
        }
    }

    /** The outermost test class: nested classes share what it has. */
    private static ExtensionContext classOf(ExtensionContext context) {
        ExtensionContext current = context;
        while (current.getParent().isPresent() && !current.getParent().get().equals(current.getRoot())) {
            current = current.getParent().get();
        }
        return current;
    }
}
