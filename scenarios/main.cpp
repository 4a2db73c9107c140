// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/program.h"

int main(int argc, char** argv) { return heddle::run_program(argc, argv); }
