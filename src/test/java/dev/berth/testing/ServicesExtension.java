package dev.berth.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Resolves {@link Services}: one per test class, over the servers of the JVM. */
final class ServicesExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(ServicesExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Services.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Servers servers = context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Servers.class, key -> new Servers(), Servers.class);
        return classOf(context)
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Services.class, key -> new Services(servers), Services.class);
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
