// Faults of kernels: a signal ends the launch, and the process goes on, as a GPU does it.
#pragma once

// Puts a handler before the one of the process, which gets all signals that aren't of a kernel.
void handle_faults();
