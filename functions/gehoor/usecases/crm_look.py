"""Asking the CRM about a customer, which may fail in any way and holds nothing up."""

from gehoor.domain.crm import CrmAnswer, CrmSilence, for_lookup
from gehoor.domain.ticket import CustomerProfile
from gehoor.errors import GehoorError, Gone, Transient
from gehoor.ports.helpdesk import Crm
from gehoor.ports.surroundings import Metrics

NO_ANSWER = "The CRM did not answer in time; look the customer up there."
UNKNOWN = "The CRM does not know this customer."


def look_in_crm(profile: CustomerProfile, crm: Crm | None, metrics: Metrics) -> CrmAnswer:
    """What the CRM tells, or why it tells nothing; None where no CRM is configured.

    Failures are counted. Errors name no person, so agents may read them and pass them on.
    """
    if crm is None:
        return None
    try:
        return crm.about(for_lookup(profile))
    except Gone:
        return CrmSilence(UNKNOWN)
    except Transient:
        why = NO_ANSWER
    except GehoorError as error:
        why = f"The CRM told nothing; whoever runs gehoor can mend it: {error}"
    metrics.count("CrmFailed")
    return CrmSilence(why)
