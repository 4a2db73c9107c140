// SPDX-License-Identifier: Apache-2.0
#include "scenarios/conform/command.h"

int main(int argc, char** argv) { return heddle::run_conform_program(argc, argv); }
