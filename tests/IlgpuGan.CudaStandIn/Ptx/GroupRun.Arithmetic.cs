using System.Runtime.CompilerServices;

namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>What threads compute, each for itself.</summary>
internal sealed unsafe partial class GroupRun
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Compute(Instruction instruction)
    {
        void* d = Result(instruction);
        byte* a = registers + (instruction.A * rowBytes), b = registers + (instruction.B * rowBytes), c = registers + (instruction.C * rowBytes);
        switch (instruction.Operation)
        {
            case Operation.Move32: counters.Moves += pathWarps; Lanes.Copy(d, a, rowBytes); break;
            case Operation.Move64: counters.Moves += pathWarps; Lanes.Copy(d, a, 2 * rowBytes); break;
            case Operation.AddInt32: Lanes.Map<AddInt32, int>((int*)d, (int*)a, (int*)b, width); break;
            case Operation.SubtractInt32: Lanes.Map<SubtractInt32, int>((int*)d, (int*)a, (int*)b, width); break;
            case Operation.MultiplyInt32: Lanes.Map<MultiplyInt32, int>((int*)d, (int*)a, (int*)b, width); break;
            case Operation.MultiplyAddInt32: Lanes.Map<MultiplyAddInt32, int>((int*)d, (int*)a, (int*)b, (int*)c, width); break;
            case Operation.MultiplyWideUInt32: Lanes.MultiplyWide((ulong*)d, (uint*)a, (uint*)b, width); break;
            case Operation.MultiplyAddWideInt32: Lanes.MultiplyAddWide((long*)d, (int*)a, (int*)b, (long*)c, width); break;
            case Operation.MultiplyAddWideUInt32: Lanes.MultiplyAddWide((ulong*)d, (uint*)a, (uint*)b, (ulong*)c, width); break;
            case Operation.NegateInt32: Lanes.Map<NegateInt32, int>((int*)d, (int*)a, width); break;
            case Operation.MinInt32: Lanes.Map<MinInt32, int>((int*)d, (int*)a, (int*)b, width); break;
            case Operation.MinUInt32: Lanes.Map<MinUInt32, uint>((uint*)d, (uint*)a, (uint*)b, width); break;
            case Operation.MaxInt32: Lanes.Map<MaxInt32, int>((int*)d, (int*)a, (int*)b, width); break;
            case Operation.MaxUInt32: Lanes.Map<MaxUInt32, uint>((uint*)d, (uint*)a, (uint*)b, width); break;
            case Operation.AddInt64: Lanes.Map<AddInt64, long>((long*)d, (long*)a, (long*)b, width); break;
            case Operation.SubtractInt64: Lanes.Map<SubtractInt64, long>((long*)d, (long*)a, (long*)b, width); break;
            case Operation.MultiplyInt64: Lanes.Map<MultiplyInt64, long>((long*)d, (long*)a, (long*)b, width); break;
            case Operation.MultiplyAddInt64: Lanes.Map<MultiplyAddInt64, long>((long*)d, (long*)a, (long*)b, (long*)c, width); break;
            case Operation.And32: Lanes.Map<And, uint>((uint*)d, (uint*)a, (uint*)b, width); break;
            case Operation.Or32: Lanes.Map<Or, uint>((uint*)d, (uint*)a, (uint*)b, width); break;
            case Operation.Xor32: Lanes.Map<Xor, uint>((uint*)d, (uint*)a, (uint*)b, width); break;
            case Operation.Not32: Lanes.Map<Not, uint>((uint*)d, (uint*)a, width); break;
            case Operation.Select32: Lanes.Map<Select, uint>((uint*)d, (uint*)a, (uint*)b, (uint*)c, width); break;
            case Operation.Select64: Lanes.Select((ulong*)d, (ulong*)a, (ulong*)b, (uint*)c, width); break;
            case Operation.EqualInt32: Lanes.Map<EqualInt32, int>((int*)d, (int*)a, (int*)b, width); break;
            case Operation.NotEqualInt32: Lanes.Map<NotEqualInt32, int>((int*)d, (int*)a, (int*)b, width); break;
            case Operation.LessInt32: Lanes.Map<LessInt32, int>((int*)d, (int*)a, (int*)b, width); break;
            case Operation.LessOrEqualInt32: Lanes.Map<LessOrEqualInt32, int>((int*)d, (int*)a, (int*)b, width); break;
            case Operation.GreaterInt32: Lanes.Map<LessInt32, int>((int*)d, (int*)b, (int*)a, width); break;
            case Operation.GreaterOrEqualInt32: Lanes.Map<LessOrEqualInt32, int>((int*)d, (int*)b, (int*)a, width); break;
            case Operation.LessUInt32: Lanes.Map<LessUInt32, uint>((uint*)d, (uint*)a, (uint*)b, width); break;
            case Operation.LessOrEqualUInt32: Lanes.Map<LessOrEqualUInt32, uint>((uint*)d, (uint*)a, (uint*)b, width); break;
            case Operation.GreaterUInt32: Lanes.Map<LessUInt32, uint>((uint*)d, (uint*)b, (uint*)a, width); break;
            case Operation.GreaterOrEqualUInt32: Lanes.Map<LessOrEqualUInt32, uint>((uint*)d, (uint*)b, (uint*)a, width); break;
            case Operation.EqualFloat: Lanes.Map<EqualFloat, float>((float*)d, (float*)a, (float*)b, width); break;
            case Operation.NotEqualFloat: Lanes.Map<NotEqualFloat, float>((float*)d, (float*)a, (float*)b, width); break;
            case Operation.LessFloat: Lanes.Map<LessFloat, float>((float*)d, (float*)a, (float*)b, width); break;
            case Operation.LessOrEqualFloat: Lanes.Map<LessOrEqualFloat, float>((float*)d, (float*)a, (float*)b, width); break;
            case Operation.GreaterFloat: Lanes.Map<LessFloat, float>((float*)d, (float*)b, (float*)a, width); break;
            case Operation.GreaterOrEqualFloat: Lanes.Map<LessOrEqualFloat, float>((float*)d, (float*)b, (float*)a, width); break;
            case Operation.EqualOrUnorderedFloat: Lanes.Map<EqualOrUnorderedFloat, float>((float*)d, (float*)a, (float*)b, width); break;
            case Operation.NotEqualOrUnorderedFloat: Lanes.Map<NotEqualOrUnorderedFloat, float>((float*)d, (float*)a, (float*)b, width); break;
            case Operation.LessOrUnorderedFloat: Lanes.Map<NotLessOrEqualFloat, float>((float*)d, (float*)b, (float*)a, width); break;
            case Operation.LessOrEqualOrUnorderedFloat: Lanes.Map<NotLessFloat, float>((float*)d, (float*)b, (float*)a, width); break;
            case Operation.GreaterOrUnorderedFloat: Lanes.Map<NotLessOrEqualFloat, float>((float*)d, (float*)a, (float*)b, width); break;
            case Operation.GreaterOrEqualOrUnorderedFloat: Lanes.Map<NotLessFloat, float>((float*)d, (float*)a, (float*)b, width); break;
            case Operation.OrderedFloat: Lanes.Map<OrderedFloat, float>((float*)d, (float*)a, (float*)b, width); break;
            case Operation.UnorderedFloat: Lanes.Map<UnorderedFloat, float>((float*)d, (float*)a, (float*)b, width); break;
            case Operation.AddFloat: Lanes.Map<AddFloat, float>((float*)d, (float*)a, (float*)b, width); break;
            case Operation.SubtractFloat: Lanes.Map<SubtractFloat, float>((float*)d, (float*)a, (float*)b, width); break;
            case Operation.MultiplyFloat: Lanes.Map<MultiplyFloat, float>((float*)d, (float*)a, (float*)b, width); break;
            case Operation.DivideFloat: Lanes.Map<DivideFloat, float>((float*)d, (float*)a, (float*)b, width); break;
            case Operation.MultiplyAddFloat: Lanes.Map<MultiplyAddFloat, float>((float*)d, (float*)a, (float*)b, (float*)c, width); break;
            case Operation.NegateFloat: Lanes.Map<NegateFloat, uint>((uint*)d, (uint*)a, width); break;
            case Operation.AbsoluteFloat: Lanes.Map<AbsoluteFloat, uint>((uint*)d, (uint*)a, width); break;
            case Operation.SquareRootFloat: Lanes.Map<SquareRootFloat, float>((float*)d, (float*)a, width); break;
            case Operation.ReciprocalFloat: Lanes.Map<ReciprocalFloat, float>((float*)d, (float*)a, width); break;
            default: ComputeSingly(instruction, d, a, b, c); break;
        }
        Keep(instruction);
    }

    private void ComputeSingly(Instruction instruction, void* d, byte* a, byte* b, byte* c)
    {
        switch (instruction.Operation)
        {
            case Operation.MultiplyHighInt32: Lanes.Combine<MultiplyHighInt32, int, int, int>((int*)d, (int*)a, (int*)b, width); break;
            case Operation.MultiplyHighUInt32: Lanes.Combine<MultiplyHighUInt32, uint, uint, uint>((uint*)d, (uint*)a, (uint*)b, width); break;
            case Operation.MultiplyWideInt32: Lanes.Combine<MultiplyWideInt32, int, int, long>((long*)d, (int*)a, (int*)b, width); break;
            case Operation.DivideInt32: CheckDivisor(instruction, (uint*)b); Lanes.Combine<DivideInt32, int, int, int>((int*)d, (int*)a, (int*)b, width); break;
            case Operation.DivideUInt32: CheckDivisor(instruction, (uint*)b); Lanes.Combine<DivideUInt32, uint, uint, uint>((uint*)d, (uint*)a, (uint*)b, width); break;
            case Operation.RemainderInt32: CheckDivisor(instruction, (uint*)b); Lanes.Combine<RemainderInt32, int, int, int>((int*)d, (int*)a, (int*)b, width); break;
            case Operation.RemainderUInt32: CheckDivisor(instruction, (uint*)b); Lanes.Combine<RemainderUInt32, uint, uint, uint>((uint*)d, (uint*)a, (uint*)b, width); break;
            case Operation.DivideInt64: CheckDivisor(instruction, (ulong*)b); Lanes.Combine<DivideInt64, long, long, long>((long*)d, (long*)a, (long*)b, width); break;
            case Operation.DivideUInt64: CheckDivisor(instruction, (ulong*)b); Lanes.Combine<DivideUInt64, ulong, ulong, ulong>((ulong*)d, (ulong*)a, (ulong*)b, width); break;
            case Operation.RemainderInt64: CheckDivisor(instruction, (ulong*)b); Lanes.Combine<RemainderInt64, long, long, long>((long*)d, (long*)a, (long*)b, width); break;
            case Operation.RemainderUInt64: CheckDivisor(instruction, (ulong*)b); Lanes.Combine<RemainderUInt64, ulong, ulong, ulong>((ulong*)d, (ulong*)a, (ulong*)b, width); break;
            case Operation.And64: Lanes.Combine<And64, ulong, ulong, ulong>((ulong*)d, (ulong*)a, (ulong*)b, width); break;
            case Operation.Or64: Lanes.Combine<Or64, ulong, ulong, ulong>((ulong*)d, (ulong*)a, (ulong*)b, width); break;
            case Operation.Xor64: Lanes.Combine<Xor64, ulong, ulong, ulong>((ulong*)d, (ulong*)a, (ulong*)b, width); break;
            case Operation.Not64: Lanes.Convert<Not64, ulong, ulong>((ulong*)d, (ulong*)a, width); break;
            case Operation.ShiftLeft32 when instruction.Number >= 0: Lanes.ShiftLeft((uint*)d, (uint*)a, instruction.Number, width); break;
            case Operation.ShiftRightUInt32 when instruction.Number >= 0: Lanes.ShiftRight((uint*)d, (uint*)a, instruction.Number, width); break;
            case Operation.ShiftRightInt32 when instruction.Number >= 0: Lanes.ShiftRight((int*)d, (int*)a, instruction.Number, width); break;
            case Operation.ShiftLeft32: Lanes.Combine<ShiftLeft32, uint, uint, uint>((uint*)d, (uint*)a, (uint*)b, width); break;
            case Operation.ShiftRightUInt32: Lanes.Combine<ShiftRightUInt32, uint, uint, uint>((uint*)d, (uint*)a, (uint*)b, width); break;
            case Operation.ShiftRightInt32: Lanes.Combine<ShiftRightInt32, int, uint, int>((int*)d, (int*)a, (uint*)b, width); break;
            case Operation.ShiftLeft64: Lanes.Combine<ShiftLeft64, ulong, uint, ulong>((ulong*)d, (ulong*)a, (uint*)b, width); break;
            case Operation.ShiftRightUInt64: Lanes.Combine<ShiftRightUInt64, ulong, uint, ulong>((ulong*)d, (ulong*)a, (uint*)b, width); break;
            case Operation.ShiftRightInt64: Lanes.Combine<ShiftRightInt64, long, uint, long>((long*)d, (long*)a, (uint*)b, width); break;
            case Operation.EqualInt64: Lanes.Combine<EqualInt64, long, long, uint>((uint*)d, (long*)a, (long*)b, width); break;
            case Operation.NotEqualInt64: Lanes.Combine<NotEqualInt64, long, long, uint>((uint*)d, (long*)a, (long*)b, width); break;
            case Operation.LessInt64: Lanes.Combine<LessInt64, long, long, uint>((uint*)d, (long*)a, (long*)b, width); break;
            case Operation.LessOrEqualInt64: Lanes.Combine<LessOrEqualInt64, long, long, uint>((uint*)d, (long*)a, (long*)b, width); break;
            case Operation.GreaterInt64: Lanes.Combine<LessInt64, long, long, uint>((uint*)d, (long*)b, (long*)a, width); break;
            case Operation.GreaterOrEqualInt64: Lanes.Combine<LessOrEqualInt64, long, long, uint>((uint*)d, (long*)b, (long*)a, width); break;
            case Operation.LessUInt64: Lanes.Combine<LessUInt64, ulong, ulong, uint>((uint*)d, (ulong*)a, (ulong*)b, width); break;
            case Operation.LessOrEqualUInt64: Lanes.Combine<LessOrEqualUInt64, ulong, ulong, uint>((uint*)d, (ulong*)a, (ulong*)b, width); break;
            case Operation.GreaterUInt64: Lanes.Combine<LessUInt64, ulong, ulong, uint>((uint*)d, (ulong*)b, (ulong*)a, width); break;
            case Operation.GreaterOrEqualUInt64: Lanes.Combine<LessOrEqualUInt64, ulong, ulong, uint>((uint*)d, (ulong*)b, (ulong*)a, width); break;
            case Operation.MinFloat: Lanes.Combine<MinFloat, float, float, float>((float*)d, (float*)a, (float*)b, width); break;
            case Operation.MaxFloat: Lanes.Combine<MaxFloat, float, float, float>((float*)d, (float*)a, (float*)b, width); break;
            case Operation.PermuteBytes: Lanes.PermuteBytes((uint*)d, (uint*)a, (uint*)b, (uint*)c, width); break;
            case Operation.PackBf16: Lanes.Combine<PackBf16, float, float, uint>((uint*)d, (float*)a, (float*)b, width); break;
            case Operation.FloatFromDouble: Lanes.Convert<FloatFromDouble, double, float>((float*)d, (double*)a, width); break;
            case Operation.FloatFromInt32: Lanes.Convert<FloatFromInt32, int, float>((float*)d, (int*)a, width); break;
            case Operation.FloatFromUInt32: Lanes.Convert<FloatFromUInt32, uint, float>((float*)d, (uint*)a, width); break;
            case Operation.DoubleFromUInt32: Lanes.Convert<DoubleFromUInt32, uint, double>((double*)d, (uint*)a, width); break;
            case Operation.Int32FromFloat: Lanes.Convert<Int32FromFloat, float, int>((int*)d, (float*)a, width); break;
            case Operation.WidenByte: Lanes.Convert<WidenByte, uint, uint>((uint*)d, (uint*)a, width); break;
            case Operation.WidenInt32: Lanes.Convert<WidenInt32, int, long>((long*)d, (int*)a, width); break;
            case Operation.WidenUInt32: Lanes.Convert<WidenUInt32, uint, ulong>((ulong*)d, (uint*)a, width); break;
            case Operation.Narrow64: Lanes.Convert<Narrow64, ulong, uint>((uint*)d, (ulong*)a, width); break;
            default: Approximate(instruction, (float*)d, (float*)a); break;
        }
    }

    private void Approximate(Instruction instruction, float* d, float* a)
    {
        int side = launch.Options.Functions switch { ApproximateFunctions.Highest => 1, ApproximateFunctions.Lowest => -1, _ => 0 };
        for (int i = 0; i < laneCount; i++)
        {
            int lane = lanes[i];
            d[lane] = instruction.Operation switch
            {
                Operation.PowerOfTwo => Approximation.PowerOfTwo(a[lane], side),
                Operation.LogarithmToTwo => Approximation.LogarithmToTwo(a[lane], side),
                Operation.Sine => Approximation.Sine(a[lane], side),
                Operation.Cosine => Approximation.Cosine(a[lane], side),
                _ => throw new InvalidOperationException($"{instruction.Operation} is not executed"),
            };
        }
    }

    private void CheckDivisor(Instruction instruction, uint* divisors)
    {
        for (int i = 0; i < laneCount; i++)
        {
            if (divisors[lanes[i]] == 0)
            {
                throw Fault(FaultKind.DivisionByZero, "the divisor is zero", instruction, lanes[i]);
            }
        }
    }

    private void CheckDivisor(Instruction instruction, ulong* divisors)
    {
        for (int i = 0; i < laneCount; i++)
        {
            if (divisors[lanes[i]] == 0)
            {
                throw Fault(FaultKind.DivisionByZero, "the divisor is zero", instruction, lanes[i]);
            }
        }
    }
}
