package dev.berth.house;

import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Message;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** The rules that hold the house up, as far as a machine can see them. */
@AnalyzeClasses(packages = "dev.berth", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] CAPABILITIES = {
        "dev.berth.access..",
        "dev.berth.identity..",
        "dev.berth.listings..",
        "dev.berth.search..",
        "dev.berth.pricing..",
        "dev.berth.billing..",
        "dev.berth.bookings..",
        "dev.berth.payments..",
        "dev.berth.payouts..",
        "dev.berth.disputes..",
        "dev.berth.reconciliation..",
        "dev.berth.subscriptions..",
        "dev.berth.points..",
        "dev.berth.promotions..",
        "dev.berth.fees..",
        "dev.berth.calendars..",
        "dev.berth.notifications..",
        "dev.berth.waitlist..",
        "dev.berth.realtime.."
    };

    @ArchTest
    static final ArchRule platformAndValues_knowNoCapability = noClasses()
            .that()
            .resideInAnyPackage("dev.berth.platform..", "dev.berth.values..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CAPABILITIES);

    @ArchTest
    static final ArchRule platformAndValues_moveNoMoney = noClasses()
            .that()
            .resideInAnyPackage("dev.berth.platform..", "dev.berth.values..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.berth.ledger..");

    @ArchTest
    static final ArchRule values_knowNothingOfTheHouse = noClasses()
            .that()
            .resideInAPackage("dev.berth.values..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.berth.platform..", "dev.berth.dev..", "io.vertx..");

    @ArchTest
    static final ArchRule pricing_isPure = noClasses()
            .that()
            .resideInAPackage("dev.berth.pricing..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.berth.platform..", "io.vertx..");

    @ArchTest
    static final ArchRule ledger_knowsNoCapability = noClasses()
            .that()
            .resideInAPackage("dev.berth.ledger..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CAPABILITIES);

    @ArchTest
    static final ArchRule nothing_dependsOnDev = noClasses()
            .that()
            .resideOutsideOfPackage("dev.berth.dev..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.berth.dev..");

    @ArchTest
    static final ArchRule capabilities_haveNoCycles =
            slices().matching("dev.berth.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule platformParts_haveNoCycles =
            slices().matching("dev.berth.platform.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheBusAndTheBridge_touchTheEventBus = noClasses()
            .that()
            .doNotBelongToAnyOf(Bus.class)
            .and()
            .resideOutsideOfPackage("dev.berth.realtime..")
            .should()
            .callMethod(Vertx.class, "eventBus");

    @ArchTest
    static final ArchRule onlySqlClassesAndTheDatabase_speakSql = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Sql")
            .and()
            .resideOutsideOfPackages("dev.berth.platform.db..", "dev.berth.platform.events..")
            .should()
            .dependOnClassesThat(new DescribedPredicate<>("are SQL statements or rows") {
                @Override
                public boolean test(JavaClass type) {
                    return type.getName().equals("io.vertx.sqlclient.Tuple")
                            || type.getName().equals("io.vertx.sqlclient.Row");
                }
            });

    @ArchTest
    static final ArchRule eventLoops_neverWait = noClasses()
            .that()
            .haveSimpleNameEndingWith("Routes")
            .or()
            .resideInAnyPackage("dev.berth.search..", "dev.berth.realtime..", "dev.berth.platform.http..")
            .should()
            .callMethodWhere(
                    new DescribedPredicate<JavaAccess<?>>("awaits a future") {
                        @Override
                        public boolean test(JavaAccess<?> access) {
                            return access.getTarget().getName().equals("await")
                                    && access.getTargetOwner().isAssignableTo(Future.class);
                        }
                    }.forSubtype());

    @ArchTest
    static final ArchRule noStaticMutableState =
            fields().that().areStatic().and().areNotPrivate().should().haveModifier(FINAL);

    @ArchTest
    static final ArchRule messages_areRecordsOrSealed = classes()
            .that()
            .implement(Message.class)
            .and()
            .areNotInterfaces()
            .should()
            .beRecords();
}
