"""A CRM in memory."""

from gehoor.domain.contact import NO_CONTACT, VerifiedContact
from gehoor.domain.crm import CrmFact, CrmFacts
from gehoor.domain.ticket import CustomerProfile
from gehoor.errors import Gone


class FakeCrm:
    """Fits `ports.Crm`. It knows customers by the external id that somebody noted there."""

    def __init__(self) -> None:
        self.known: dict[str, CrmFacts] = {}
        self.asked: list[CustomerProfile] = []

    def note(
        self,
        external_id: str,
        link: str = "",
        contact: VerifiedContact = NO_CONTACT,
        **facts: str,
    ) -> None:
        told = (CrmFact(label.replace("_", " "), value) for label, value in facts.items())
        self.known[external_id] = CrmFacts(tuple(told), link, contact)

    # The port.

    def about(self, customer: CustomerProfile) -> CrmFacts:
        self.asked.append(customer)
        if customer.external_id not in self.known:
            message = "the CRM does not know this customer"
            raise Gone(message)
        return self.known[customer.external_id]
