#pragma once
// What Swift cannot say about the Linux kernel: ancillary data of sockets, requests of ioctl that
// are macros or newer than the headers of distributions, and ordered accesses to shared memory.
#include "CLinuxWirePacket.h"
#include "CLinuxWireTAP.h"
#include "CVhost.h"
