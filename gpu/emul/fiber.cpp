#include "fiber.h"

#include <sys/mman.h>

// The six registers that a function must keep, and the stack pointer. Control words of floating point stay as they are.
asm(".text\n"
    ".globl emul_switch\n"
    ".hidden emul_switch\n"
    ".type emul_switch,@function\n"
    "emul_switch:\n"
    "  pushq %rbp\n  pushq %rbx\n  pushq %r12\n  pushq %r13\n  pushq %r14\n  pushq %r15\n"
    "  movq %rsp,(%rdi)\n"
    "  movq %rsi,%rsp\n"
    "  popq %r15\n  popq %r14\n  popq %r13\n  popq %r12\n  popq %rbx\n  popq %rbp\n"
    "  ret\n"
    ".size emul_switch,.-emul_switch\n");

namespace {
const size_t page = 4096;
}

Stacks::~Stacks() {
  for (char *stack : all_) munmap(stack - page, size + page);
}

char *Stacks::take() {
  if (!free_.empty()) {
    char *stack = free_.back();
    free_.pop_back();
    return stack;
  }
  void *map = mmap(nullptr, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (map == MAP_FAILED) return nullptr;
  mprotect(map, page, PROT_NONE);
  all_.push_back(static_cast<char *>(map) + page);
  return all_.back();
}

void *Stacks::begin(char *stack, void (*function)()) {
  // Stacks begin at different places of their pages: at the same place they would share few sets of the cache.
  size_t stagger = (reinterpret_cast<size_t>(stack) / (size + page) & 63) * 320;
  void **top = reinterpret_cast<void **>(stack + size - 64 - stagger);
  *--top = nullptr;
  *--top = reinterpret_cast<void *>(function);
  for (int i = 0; i < 6; i++) *--top = nullptr;
  return top;
}

bool Stacks::overflows(const char *stack, const char *address) { return address < stack && address >= stack - page; }
