// Stacks, and the switch from one to another (x86-64, System V calling convention).
#pragma once
#include <stddef.h>

#include <vector>

// Stores the running stack's pointer and goes on on another one.
extern "C" void emul_switch(void **save, void *to);

// Stacks of one operating system thread.
class Stacks {
public:
  static const size_t size = 64 << 10;
  ~Stacks();
  // A stack, and behind it a page that faults where the stack overflows; null without memory.
  char *take();
  void give(char *stack) { free_.push_back(stack); }
  // Whether an address that faulted is where a stack overflows.
  static bool overflows(const char *stack, const char *address);
  // What emul_switch goes on with to call a function that doesn't return.
  static void *begin(char *stack, void (*function)());

private:
  std::vector<char *> free_, all_;
};
