// Kernels of the host's library, and modules that name them.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "result.h"

struct Context;

// A kernel as the host's compiler made it.
struct Kernel {
  void (*call)(void **);
  std::vector<int> sizes; // of its parameters, in bytes
};

// A kernel of a module, by its name in the PTX.
struct Function {
  Context *context;
  std::string name;
  Kernel kernel;
  int most_threads;             // of a block
  int dynamic_limit = 48 << 10; // of dynamic shared memory, which cuFuncSetAttribute raises
};

struct Module {
  std::map<std::string, std::unique_ptr<Function>> functions;
};
