import { Test } from '@nestjs/testing';
import { ALL_WELL } from '../all-well.js';
import { AppModule } from '../app/app.module.js';
import { tryOut } from '../app/try-out.js';

it('greets', async () => {
  const testing = await Test.createTestingModule({ imports: [AppModule] }).compile();
  expect(await tryOut(testing.createNestApplication())).toEqual(ALL_WELL);
}, 60_000);
