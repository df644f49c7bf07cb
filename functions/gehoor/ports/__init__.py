"""What use cases ask of the outside world. Adapters fit these shapes; they do not inherit them.

Every method may raise `Transient` (nothing happened, later may do), `AuthExpired`, `NotAllowed`
and `ContractBroken`. Methods that write on the other side may also raise `UnknownOutcome`: the
caller looks before it repeats. Other errors are named where they occur.
"""
