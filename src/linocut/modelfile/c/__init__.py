"""A finished model as one C99 file that needs no library and no memory but the stack."""

from linocut.modelfile.c.loss import QuantisationLoss, quantisation_loss
from linocut.modelfile.c.source import export_c

__all__ = ["QuantisationLoss", "export_c", "quantisation_loss"]
