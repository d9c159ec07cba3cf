// The functions are inline, in the header. A package target needs a source.
#include "CLinuxWire.h"
