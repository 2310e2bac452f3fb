// Blocks of a launch, run one after another by the calling operating system thread.
#pragma once
#include <stdint.h>

#include <string>

#include "emul.h"
#include "result.h"

struct Launch {
  const char *name;
  void (*call)(void **);
  void **arguments;
  emul_uint3 grid, block;
  unsigned dynamic_shared;
};

struct Failure {
  Result result = success;
  std::string why;
};

Failure run(const Launch &launch);

// Ends the launch that this is called in.
[[noreturn]] void fail_kernel(Result result, const char *why);

// What a signal handler asks and tells: whether a thread of a kernel runs here, and that it has faulted. Where the handler
// switches to the stack that it gets, the thread ends its launch; with none the thread goes on.
bool kernel_runs();
void *faulted(int signal, const void *address, bool write);
