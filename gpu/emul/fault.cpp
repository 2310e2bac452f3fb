#include "fault.h"

#include <signal.h>
#include <ucontext.h>

#include "block.h"
#include "fiber.h"

namespace {

const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
struct sigaction before[32];

void forward(int signal, siginfo_t *info, void *context) {
  const struct sigaction &old = before[signal];
  if (old.sa_flags & SA_SIGINFO) old.sa_sigaction(signal, info, context);
  else if (old.sa_handler != SIG_DFL && old.sa_handler != SIG_IGN) old.sa_handler(signal);
  else sigaction(signal, &old, nullptr); // the instruction faults again
}

extern "C" void leave(void *stack) {
  void *unused;
  emul_switch(&unused, stack);
}

void handle(int signal, siginfo_t *info, void *context) {
  if (!kernel_runs()) return forward(signal, info, context);
  greg_t *registers = static_cast<ucontext_t *>(context)->uc_mcontext.gregs;
  void *stack = faulted(signal, info->si_addr, registers[REG_ERR] & 2);
  if (!stack) return;
  // The thread goes on in leave(stack), as if it had called that. emul_switch saves registers below this stack pointer.
  registers[REG_RIP] = reinterpret_cast<greg_t>(leave);
  registers[REG_RDI] = reinterpret_cast<greg_t>(stack);
  registers[REG_RSP] = (reinterpret_cast<greg_t>(stack) - 512) / 16 * 16 - 8;
}

} // namespace

void handle_faults() {
  for (int signal : signals) {
    sigaction(signal, nullptr, &before[signal]);
    struct sigaction own = before[signal];
    if (!(own.sa_flags & SA_SIGINFO)) {
      own.sa_flags = SA_SIGINFO;
      sigfillset(&own.sa_mask);
    }
    own.sa_flags |= SA_ONSTACK;
    own.sa_flags &= ~SA_RESETHAND;
    own.sa_sigaction = handle;
    sigaction(signal, &own, nullptr);
  }
}
